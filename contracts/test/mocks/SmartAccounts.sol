// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title As a Safe: three owners, of whom two sign; their signatures in the order of their addresses, one after another.
contract TwoOfThree is IERC1271 {
    address[3] public owners;

    constructor(address[3] memory owners_) {
        owners = owners_;
    }

    /// @dev The test stands in for the owners here; what they sign is checked below.
    function execute(address target, bytes calldata data) external {
        (bool done,) = target.call(data);
        require(done, "refused");
    }

    function isValidSignature(bytes32 hash, bytes memory signatures) external view returns (bytes4) {
        if (signatures.length != 130) return 0xffffffff;
        address last;
        for (uint256 i; i < 2; ++i) {
            bytes memory one = new bytes(65);
            for (uint256 j; j < 65; ++j) {
                one[j] = signatures[65 * i + j];
            }
            (address signer,,) = ECDSA.tryRecover(hash, one);
            if (signer <= last || !_isOwner(signer)) return 0xffffffff;
            last = signer;
        }
        return IERC1271.isValidSignature.selector;
    }

    function _isOwner(address account) private view returns (bool) {
        return account == owners[0] || account == owners[1] || account == owners[2];
    }
}

/// @title Signs for everything, then for nothing, and says no in every way there is.
contract FickleWallet {
    enum Mood {
        YES,
        NO,
        REVERTS,
        SAYS_NOTHING,
        SAYS_TRUE,
        USES_ALL_GAS
    }

    Mood public mood;

    function setMood(Mood mood_) external {
        mood = mood_;
    }

    function isValidSignature(bytes32, bytes calldata) external view returns (bytes32 answer) {
        if (mood == Mood.YES) return bytes32(IERC1271.isValidSignature.selector);
        if (mood == Mood.NO) return bytes32(bytes4(0xffffffff));
        if (mood == Mood.REVERTS) revert("no");
        if (mood == Mood.SAYS_TRUE) return bytes32(uint256(1));
        if (mood == Mood.USES_ALL_GAS) assembly ("memory-safe") { invalid() }
        assembly ("memory-safe") {
            return(0, 0)
        }
    }
}
