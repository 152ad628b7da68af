// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {console} from "forge-std/console.sol";
import {SessionsWorld, World18, World6} from "./SessionsInvariants.t.sol";

/// @title The handlers get into every state that the invariants are about, and refuse or pay there as they should.
/// @dev An invariant holds easily where nothing happens: this fails when something on the list was never reached. With
/// `-vv` it prints how often each was.
abstract contract ActionsReached is SessionsWorld {
    uint256 private constant ROUNDS = 16;
    uint256 private constant CALLS = 250;

    function test_everyStateIsReached() public {
        bytes4[] memory actions = handler.actions();
        string[] memory names = _names();
        uint256[] memory times = new uint256[](names.length);
        uint256 fresh = vm.snapshotState();
        for (uint256 round; round < ROUNDS; ++round) {
            for (uint256 i; i < CALLS; ++i) {
                _act(actions, uint256(keccak256(abi.encode(round, i))));
            }
            assertEq(_brokenInvariants(), "");
            for (uint256 i; i < names.length; ++i) {
                times[i] += handler.reached(names[i]);
            }
            vm.revertToState(fresh);
        }
        for (uint256 i; i < names.length; ++i) {
            console.log(times[i], names[i]);
        }
        for (uint256 i; i < names.length; ++i) {
            assertGt(times[i], 0, names[i]);
        }
    }

    function _act(bytes4[] memory actions, uint256 seed) private {
        bytes memory data = abi.encodePacked(
            actions[seed % actions.length],
            keccak256(abi.encode(seed, 1)),
            keccak256(abi.encode(seed, 2)),
            keccak256(abi.encode(seed, 3))
        );
        (bool done, bytes memory result) = address(handler).call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
    }

    function _names() internal view virtual returns (string[] memory);
}

contract ActionsReached6 is ActionsReached, World6 {
    function _names() internal pure override returns (string[] memory names) {
        names = _both(3);
        names[names.length - 1] = "opened by authorization, no fee";
        names[names.length - 2] = "opened by authorization";
        names[names.length - 3] = "deposited by authorization";
    }
}

/// @dev This token has no EIP-3009.
contract ActionsReached18 is ActionsReached, World18 {
    function _names() internal pure override returns (string[] memory) {
        return _both(0);
    }
}

/// @dev What can be reached with every token, and room for `more`.
function _both(uint256 more) pure returns (string[] memory names) {
    string[58] memory both = [
        string("refused a forged stop"),
        "refused a forged release",
        "refused to spend more than there is",
        "a forged receipt paid nothing",
        "replayed in another contract",
        "replayed on another chain",
        "replayed for another node",
        "replayed for another user",
        "replayed a receipt that had paid",
        "a lease paid",
        "a lease paid after a stop",
        "everyone left",
        "time passed",
        "tokens came without a call",
        "refused a fee above the cap",
        "scheduled a fee",
        "scheduled a treasury",
        "paused",
        "unpaused",
        "blocked or freed somebody",
        "a batch of several paid",
        "a batch paid",
        "settled in a pause",
        "a batch paid nothing",
        "a batch saved a rounded-up fee",
        "skipped a release of what is closed",
        "skipped a release",
        "a release paid",
        "a release refunded only",
        "refused a release above the receipt",
        "closed cooperatively and paid",
        "closed cooperatively and refunded only",
        "booked fees",
        "refused to pay out to nobody",
        "paid out",
        "paid the treasury",
        "opened by signature, no fee",
        "opened by signature",
        "withdrawn by signature, no fee",
        "withdrawn by signature",
        "stopped by the session key",
        "stopped by the user's signature",
        "deposited",
        "withdrawn",
        "opened from the free balance",
        "opened from the wallet",
        "topped up from the wallet",
        "refused to top up what is closed",
        "refused to top up what is stopped",
        "topped up from the free balance",
        "refused what does not fit 96 bits",
        "refused to open a closed id",
        "refused to open a live id",
        "stopped by the user",
        "refused to close early",
        "closed in a pause",
        "closed by the user",
        "closed by anyone"
    ];
    names = new string[](both.length + more);
    for (uint256 i; i < both.length; ++i) {
        names[i] = both[i];
    }
}
