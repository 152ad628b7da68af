// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A feed that answers in whatever broken way it is told to.
contract OddFeed {
    enum Way {
        Revert,
        Short,
        Long,
        Nothing,
        EatGas,
        Bomb
    }

    Way private immutable _WAY;

    constructor(Way way) {
        _WAY = way;
    }

    function decimals() external pure returns (uint8) {
        return 8;
    }

    function latestRoundData() external view {
        Way way = _WAY;
        if (way == Way.EatGas) {
            while (true) {}
        }
        assembly ("memory-safe") {
            switch way
            case 0 { revert(0, 0) }
            case 1 { return(0, 128) }
            case 2 { return(0, 192) }
            case 3 { stop() }
            default { return(0, 200000) }
        }
    }
}

/// @title A feed with decimals of its own choice, and answers of any shape.
contract AnyFeed {
    uint8 public decimals;
    int256 public answer;
    uint256 public updatedAt;

    constructor(uint8 decimals_) {
        decimals = decimals_;
    }

    function set(int256 answer_, uint256 updatedAt_) external {
        answer = answer_;
        updatedAt = updatedAt_;
    }

    /// @dev The round ids are wider than they should be: nobody may look at them.
    function latestRoundData() external view returns (uint256, int256, uint256, uint256, uint256) {
        return (type(uint256).max, answer, 0, updatedAt, type(uint256).max);
    }
}
