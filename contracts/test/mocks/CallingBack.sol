// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A payer that pays again whenever coins come back to it.
contract CallingBack {
    address private target;
    bytes private again;

    receive() external payable {
        _pay(target, msg.value, again);
    }

    function pay(address target_, uint256 value, bytes calldata data, bytes calldata again_) external {
        (target, again) = (target_, again_);
        _pay(target_, value, data);
    }

    function _pay(address to, uint256 value, bytes memory data) private {
        (bool done, bytes memory result) = to.call{value: value}(data);
        if (done) return;
        assembly ("memory-safe") {
            revert(add(result, 0x20), mload(result))
        }
    }
}
